"""The dashboard: one page in the browser on which the crisis can be asked, changed and looked at. Loopback only, no network."""
