"""Commands around deadlines: the working calendar of a year, and why one dossier is in time or late."""
