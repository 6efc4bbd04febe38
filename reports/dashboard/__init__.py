"""A Streamlit app on the published file: one module per page, its SQL in queries/dashboard."""
