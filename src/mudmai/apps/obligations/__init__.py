"""Who owes what data by when: obligations, the calendar, what is overdue, reminders."""
