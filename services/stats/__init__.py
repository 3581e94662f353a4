"""The department's figures, folded from what the other services told.

Owns nothing but folds: every document here can be rebuilt by hearing the log again. Tells nothing
yet. Listens to every public fact except the scans (`stats.fold-figures`); shows figures, briefs and
the command office's dashboard.
"""
