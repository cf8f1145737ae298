"""The search for the cause: work-up, samples, results, imaging, phenotype, taxonomy."""
