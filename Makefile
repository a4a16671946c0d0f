# Words for the scripts of the same names; the scripts work without make.
.PHONY: run serve stop setup check test pictures bench
run serve stop setup check test pictures bench:
	@scripts/$@ $(ARGS)
