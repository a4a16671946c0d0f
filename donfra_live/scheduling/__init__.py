"""When sessions take place: dates, series, calendars, reminders."""
