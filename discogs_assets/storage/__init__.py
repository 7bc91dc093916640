"""Where files lie, a folder or a bucket, and the Parquet lake on them."""
