"""The wing `indicators`: what officers ask about the indicators of QĐ 766 outside a night. No dossiers here."""
