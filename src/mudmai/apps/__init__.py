"""Django apps: who may do what, and what people are told and asked. Each app: models < policy < domain < interfaces."""
