"""How fast is it, beside what else there is? The benchmarks are not there yet, and this says so."""

if __name__ == "__main__":
    print("No benchmark exists yet: nothing was measured.")
