"""Content, no code: plan packs, criteria packs, area systems and form layouts as YAML and CSV."""
