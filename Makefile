# Words for the scripts of the same names; the scripts work without make.
.PHONY: run serve stop setup check test
run serve stop setup check test:
	@scripts/$@ $(ARGS)
