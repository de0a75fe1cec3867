"""What the package costs, as ratios to named yardsticks: see README.md."""
