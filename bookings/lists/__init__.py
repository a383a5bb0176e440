"""The lists of a person's bookings: filters, pages, answers to several requests, CSV files and the sheet of a day."""
