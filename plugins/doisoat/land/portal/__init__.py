"""The national portal: its adapter, asked dossier by dossier, and its export, downloaded file by file."""
