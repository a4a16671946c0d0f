# Words for the scripts of the same names; the scripts work without make.
.PHONY: run serve stop setup check test pictures bench backup restore
run serve stop setup check test pictures bench backup restore:
	@scripts/$@ $(ARGS)
