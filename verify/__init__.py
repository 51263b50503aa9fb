"""Campaigns that look for errors, and the page of what they found."""
