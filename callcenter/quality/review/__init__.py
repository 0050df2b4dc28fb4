"""What people do with scores, as pure rules: sampling, reviews, appeals, agreement, risk."""
