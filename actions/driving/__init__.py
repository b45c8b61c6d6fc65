"""A driver's day: what drivers report, and what they are shown. A driver sees their own route and nothing else."""
