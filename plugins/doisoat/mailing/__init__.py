"""People's part about the mails: the command line of looking, sending again, muting; no stage."""
