"""The department's figures, folded from what the other services told, and the briefs they make.

Owns folds, which can be rebuilt by hearing the log again, and briefs, which are signed. Tells that
a brief was published. Listens to every public fact except the scans (`stats.fold-figures`); shows
figures, briefs and the command office's dashboard.
"""
