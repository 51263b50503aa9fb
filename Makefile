# Everything is built in build/ and .venv/; `make help` says what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
.NOTPARALLEL:

PYTHON3 ?= python3
MODEL ?= vgg16_cifar10
CONFIG ?=
DATA ?=
IMAGES ?=
IMAGE ?=
BATCH ?=
STALL ?=
SEED ?=
MUTANTS ?=
WAVES ?=
CALIBRATION ?=
TABLE ?=
DRAM ?=
CLOCK ?=
AGAINST ?=
BLOCK ?=
BENCH ?= digits
CHECK ?=
SPACE ?=
DENSITY ?=
SCHEDULER ?=
TESTS ?= tests
JOBS ?= 2
SPEED ?=
TARGET ?= asic
LIBERTY ?=
FREQUENCY ?=

export PYTHON3
VENV := .venv
PYTHON := $(VENV)/bin/python
SIM_PACKAGES := $(VENV)/.sim-installed
REPORT_PACKAGES := $(VENV)/.report-installed
SYNTH_PACKAGES := $(VENV)/.synth-installed
FORMAL_PACKAGES := $(VENV)/.formal-installed
TEST_PACKAGES := $(VENV)/.test-installed

# Each takes seconds, and none compiles a simulator. The rest takes minutes: `make test`.
FAST_TESTS := tests/test_imports.py tests/report/figures tests/golden tests/quant/mapper tests/quant/importers tests/hw/lib tests/hw/codes \
    tests/hw/array

# option VARIABLE,--option: `--option "value"` if the variable has a value.
option = $(if $($(1)),$(2) "$($(1))")

.PHONY: help
help:  ## this list
	@echo "usage: make TARGET [VARIABLE=value ...]"
	@echo
	@echo "targets"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
	    printf '  %-12s %s\n' "$$name" "$$text"; done
	@echo
	@echo "variables"
	@echo "  MODEL      model in models/, or path of a checkpoint or network file   [vgg16_cifar10]"
	@echo "  CONFIG     hardware: tiny, small, paper, wide, or a JSON file          [paper]"
	@echo "  DATA       digits, cifar10, cifar100, tinyimagenet, a file set.npz, or a folder with one sub-folder of pictures a class"
	@echo "             [those that the model was trained for]"
	@echo "  IMAGES     number of test images                        [360 digits, 20 of others]"
	@echo "  IMAGE      a picture of your own instead, of any size"
	@echo "  BATCH      images that the processor works on at once                  [1]"
	@echo "  STALL      share of cycles in which every stream pauses, 0 to 0.95     [0]"
	@echo "  SEED       seed of these pauses; of the first network of a campaign       [1]"
	@echo "  CALIBRATION  sim: round a checkpoint with N training images of DATA, or with those of a .npy file"
	@echo "  WAVES      1: record waves (FST) and write a GTKWave layout"
	@echo "  TABLE      energy table: a name in golden/energy/tables, or a YAML file [cacti_28nm]"
	@echo "  DRAM       hbm2, ddr4 or lpddr4                                        [hbm2]"
	@echo "  CLOCK      clock of energy reports, MHz                                [500]"
	@echo "  AGAINST    JSON file of another energy report, to put beside the new one"
	@echo "  SPACE      design space to sweep, a YAML file                          [100 configurations]"
	@echo "  DENSITY    sweep: share of the hidden neurons that fires, instead of what images do"
	@echo "  SCHEDULER  address of a Dask scheduler for sweep and testset          [this machine]"
	@echo "  TESTS      tests to run, as pytest names them                          [tests]"
	@echo "  JOBS       tests to run at the same time                               [2]"
	@echo "  SPEED      figures, 1: measure the speed of the simulation on this machine, too"
	@echo "  TARGET     synth: ecp5, xilinx, asic                                   [asic]"
	@echo "  LIBERTY    synth: standard cells, .lib or .lib.gz (resources: a folder a library) [Debian's qflow-tech-osu018]"
	@echo "  FREQUENCY  synth: clock in MHz that asic aims at                       [100]"
	@echo "  BLOCK      schematic: module without the prefix firstspike_; formal: block to prove  [pe; all]"
	@echo "  BENCH      verilog: model in models/ that the delivered test bench runs  [digits]"
	@echo "  CHECK      verilog, 1: run the delivered test bench in Icarus Verilog and Verilator"
	@echo "  PYTHON3    the Python to set .venv up with                             [python3]"

.PHONY: sim
sim: tools $(SIM_PACKAGES)  ## run images through the RTL, cycle by cycle, and compare with the golden model
	@$(PYTHON) -m firstspike sim $(call option,MODEL,--model) $(call option,CONFIG,--config) $(call option,DATA,--data) $(call option,IMAGES,--images) \
	    $(call option,IMAGE,--image) $(call option,BATCH,--batch) $(call option,STALL,--stall) \
	    $(call option,SEED,--seed) $(call option,CALIBRATION,--calibration) $(if $(filter-out 0,$(WAVES)),--waves)

.PHONY: verilog
verilog: $(SIM_PACKAGES)  ## write the processor as SystemVerilog, with a test bench, into build/verilog (CHECK=1: and run it)
	@$(PYTHON) -m firstspike export "models/$(BENCH).safetensors" --config "$(or $(CONFIG),paper)" -o build/networks/bench.firstspike >/dev/null
	@$(PYTHON) -m firstspike verilog --config "$(or $(CONFIG),paper)" --output build/verilog --network build/networks/bench.firstspike
	@$(if $(filter-out 0,$(CHECK)),$(PYTHON) -m firstspike selftest build/verilog)

.PHONY: synth
synth: $(SYNTH_PACKAGES)  ## synthesise the processor: resources or area, timing, power
	@$(PYTHON) -m firstspike synth --config "$(or $(CONFIG),tiny)" --target "$(TARGET)" $(foreach file,$(LIBERTY),--liberty "$(file)") \
	    $(call option,FREQUENCY,--clock)

.PHONY: resources
resources: $(SYNTH_PACKAGES)  ## write docs/resources.md: area, LUTs, clock of the presets, and figures of every block
	@$(PYTHON) -m firstspike resources $(foreach file,$(LIBERTY),--liberty "$(file)")

.PHONY: lint
lint: $(SYNTH_PACKAGES)  ## check the Verilog: latches, loops, paths from input to output, warnings of other tools
	@$(PYTHON) -m firstspike lint --config "$(or $(CONFIG),tiny)"

.PHONY: schematic
schematic: $(SYNTH_PACKAGES)  ## draw a module (BLOCK=pe) as SVG
	@$(PYTHON) -m firstspike schematic --config "$(or $(CONFIG),tiny)" --block "$(or $(BLOCK),pe)"

.PHONY: formal
formal: $(FORMAL_PACKAGES)  ## prove properties of the components with SymbiYosys and Z3
	@$(PYTHON) -m firstspike verify formal $(call option,BLOCK,--block)

.PHONY: mutate
mutate: tools $(TEST_PACKAGES)  ## change RTL and golden model in one place at a time: do the tests notice? (goes on where it was interrupted)
	@$(PYTHON) -m firstspike verify mutate $(call option,MUTANTS,--mutants) $(call option,SEED,--seed)

.PHONY: gates
gates: tools $(SYNTH_PACKAGES)  ## synthesise the tiny processor to standard cells, run networks through the netlist, measure its energy
	@$(PYTHON) -m firstspike synth --config tiny --target asic $(foreach file,$(LIBERTY),--liberty "$(file)")
	@$(PYTHON) -m firstspike sim --model digits --config tiny --netlist build/synth/tiny-asic $(call option,IMAGES,--images)
	@$(PYTHON) -m firstspike verify campaign --netlist build/synth/tiny-asic --networks 100 $(call option,SEED,--seed)
	@$(PYTHON) -m firstspike power build/synth/tiny-asic

.PHONY: golden
golden: $(SIM_PACKAGES)  ## classify images with the golden model: accuracy and operation counts
	@$(PYTHON) -m firstspike golden "$(MODEL)" $(call option,IMAGES,--images) $(call option,DATA,--data)

.PHONY: report
report: $(REPORT_PACKAGES)  ## write the energy report: one HTML page, and the JSON, CSV and YAML behind it
	@$(PYTHON) -m firstspike report $(call option,MODEL,--model) $(call option,CONFIG,--config) $(call option,DATA,--data) $(call option,IMAGES,--images) \
	    $(call option,IMAGE,--image) $(call option,BATCH,--batch) $(call option,TABLE,--table) $(call option,DRAM,--dram) \
	    $(call option,CLOCK,--clock) $(call option,AGAINST,--against)

.PHONY: train
train: $(TEST_PACKAGES)  ## train a network for the processor on DATA (installs PyTorch); writes build/training
	@$(PYTHON) -m firstspike train --data "$(or $(DATA),digits)"

.PHONY: sweep
sweep: $(REPORT_PACKAGES)  ## design-space sweep: energy and speed of many configurations, with a Pareto plot
	@$(PYTHON) -m firstspike sweep $(call option,MODEL,--model) $(call option,DATA,--data) $(call option,DENSITY,--density) $(call option,SPACE,--space) $(call option,SCHEDULER,--scheduler)

.PHONY: bench
bench: tools $(REPORT_PACKAGES)  ## measure cycles, speed, time and memory; write docs/performance.md
	@$(PYTHON) -m firstspike bench $(call option,MODEL,--model) $(call option,CONFIG,--config) $(call option,IMAGES,--images)

.PHONY: figures
figures: tools $(TEST_PACKAGES)  ## write docs/figures.json: area and cycles of the presets (SPEED=1: and speed of the simulation)
	@$(PYTHON) -m firstspike figures $(if $(filter-out 0,$(SPEED)),--speed)

.PHONY: campaign
campaign: tools $(TEST_PACKAGES)  ## run 1,000 random networks through the RTL; write docs/verification/campaign.json
	@$(PYTHON) -m firstspike verify campaign $(call option,SEED,--seed)

.PHONY: testset
testset: tools $(REPORT_PACKAGES)  ## run all 10,000 CIFAR-10 test images through the RTL (hours; goes on where it was interrupted)
	@$(PYTHON) -m firstspike verify testset $(call option,MODEL,--model) $(call option,CONFIG,--config) $(call option,DATA,--data) $(call option,IMAGES,--images) \
	    $(call option,BATCH,--batch) $(call option,SCHEDULER,--scheduler)

.PHONY: faults
faults: tools $(REPORT_PACKAGES)  ## flip bits in memories and streams: accuracy against bit-error rate; write docs/verification
	@$(PYTHON) -m firstspike verify faults

.PHONY: fuzz
fuzz: tools $(TEST_PACKAGES)  ## read damaged files, export random modules, feed malformed streams into the RTL; write docs/verification/fuzz.json
	@$(PYTHON) -m firstspike verify fuzz

.PHONY: branches
branches: tools $(TEST_PACKAGES)  ## measure the branches of the Python packages that the tests meet; write docs/verification
	@$(PYTHON) -m firstspike verify branches --jobs $(JOBS) $(if $(filter-out tests,$(TESTS)),$(TESTS))

.PHONY: coverage
coverage: tools $(REPORT_PACKAGES)  ## measure the coverage of the RTL; write docs/verification/coverage.json
	@$(PYTHON) -m firstspike verify coverage

.PHONY: verification
verification: $(REPORT_PACKAGES)  ## write docs/verification.md from the testplan and the results of all campaigns
	@$(PYTHON) -m firstspike verify page

.PHONY: test
test: tools $(TEST_PACKAGES)  ## run all tests (installs PyTorch, which only training and .pt import need)
	@$(PYTHON) -m pytest -n $(JOBS) --dist worksteal $(TESTS)

.PHONY: check
check: $(TEST_PACKAGES)  ## the quick checks before a commit: lint, format, types, imports, figures, fast tests
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@PYTHON="$(abspath $(PYTHON))" scripts/check-types
	@$(PYTHON) -m pytest -n $(JOBS) --dist worksteal -q $(FAST_TESTS)

.PHONY: install
install: tools $(SIM_PACKAGES)  ## set up .venv with the pinned packages and nothing else

.PHONY: clean
clean:  ## remove build/
	rm -rf build

.PHONY: distclean
distclean: clean  ## remove build/ and .venv/
	rm -rf $(VENV) *.egg-info

.PHONY: tools
tools:
	@scripts/check-tools all

# A stamp is made when everything is installed, and removed before anything changes: an interrupted installation starts
# from an empty environment.
$(SIM_PACKAGES): pyproject.toml
	@scripts/check-tools python
	@test -e $@ && test -x $(PYTHON) || { echo "setting up $(VENV)"; "$(PYTHON3)" -m venv --clear $(VENV); }
	@rm -f $@ $(SYNTH_PACKAGES) $(FORMAL_PACKAGES) $(REPORT_PACKAGES) $(TEST_PACKAGES)
	@echo "installing packages into $(VENV)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[sim]'
	@touch $@

$(REPORT_PACKAGES): $(SIM_PACKAGES)
	@echo "installing the packages for reports into $(VENV)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[sim,report]'
	@touch $@

$(SYNTH_PACKAGES): $(SIM_PACKAGES)
	@echo "installing the packages for synthesis into $(VENV)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[sim,synth]'
	@touch $@

$(FORMAL_PACKAGES): $(SIM_PACKAGES)
	@echo "installing the packages for formal proofs into $(VENV)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[sim,formal]'
	@touch $@

$(TEST_PACKAGES): $(SIM_PACKAGES)
	@echo "installing the packages for tests and training into $(VENV)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[sim,report,synth,formal,test,train]'
	@touch $@
