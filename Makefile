# Words for the scripts of the same names; the scripts work without make.
.PHONY: run serve stop setup check test bench
run serve stop setup check test bench:
	@scripts/$@ $(ARGS)
