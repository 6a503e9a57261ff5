"""The 2016 round as it might have been: facts and marks invented so that the published annex follows from them.

Only names and scores are published. Everything else here is drawn with a fixed seed and is a reconstruction; see
docs/methodology/reconstruction.md. The annex's scores steer what is invented and leave no other trace: the files hold
facts and marks, and the pipeline that evaluates them knows nothing of the annex.
"""
