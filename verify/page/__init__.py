"""What has been verified: the testplan, and docs/verification.md from it and the results of the campaigns."""
