"""Pages of boards, motions and ballots."""
