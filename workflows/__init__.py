"""What must happen, deterministic and pure: it takes the standard library, pydantic and temporalio."""
