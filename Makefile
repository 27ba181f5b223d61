# The front door: what a person types. The building itself is CMake's (CMakePresets.json).
#   CXX=g++         builds with g++ into build/gcc instead of with clang++ into build/release
#   THREADX_SHARED  the folder that holds data/ for the tests on real data and for bench (../shared if that is there)
#   BUNDLE=FILE, OUT=FOLDER, DEVICES=cuda:0  for gpu-check: programs that `make bundle` packed elsewhere, where the report goes, on what
#   UPDATE=yes, BECAUSE="why"  let guard write counts that went down, and with a reason those that went up
.DEFAULT_GOAL := help
.PHONY: help setup build program python package test asan tsan demo bench guard peers conventions gpu-check bundle format lint install clean

# Only a CXX given on the command line counts: make itself always has one, and some environments do.
ifeq ($(origin CXX),command line)
  PRESET := $(if $(filter g++%,$(notdir $(CXX))),gcc,release)
  COMPILER := -DCMAKE_CXX_COMPILER=$(CXX)
else
  PRESET := release
endif
PROGRAM := build/$(PRESET)/threadx
PREFIX ?= /usr/local
SETUP := sh tools/setup.sh $(if $(filter gcc,$(PRESET)),--no-clang)
SHARED_DATA := $(wildcard $(or $(THREADX_SHARED),../shared)/data)
# Only from the command line: a guard that writes because of an environment would be none.
ifeq ($(origin BECAUSE),command line)
  GUARD := --update --because "$$BECAUSE"
else ifeq ($(origin UPDATE),command line)
  GUARD := --update
endif

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install what is missing (apt; sudo only if not root)
	@$(SETUP)

build: setup ## the optimized program, build/release/threadx
	cmake --preset $(PRESET) $(COMPILER)
	cmake --build --preset $(PRESET)

program: setup
	cmake --preset $(PRESET) $(COMPILER)
	cmake --build --preset $(PRESET) --target threadx

python: setup ## the program and the Python module, which go into the environment build/python
	@sh tools/build_python.sh $(PRESET) $(COMPILER)

package: ## compile the Python package from its source distribution, install and try it; minutes
	@$(SETUP)
	@sh tools/test_environment.sh
	build/python/bin/python -B tests/python/package_test.py .

test: python ## every test
	@sh tools/fetch_promtool.sh
	@sh tools/run_tests.sh $(PRESET)

asan: ## every test under the address and undefined-behaviour sanitizers
	@$(SETUP) --sanitizers
	cmake --preset asan
	cmake --build --preset asan
	@sh tools/run_tests.sh asan

tsan: ## every test under the thread sanitizer
	@$(SETUP) --sanitizers
	cmake --preset tsan
	cmake --build --preset tsan
	@sh tools/run_tests.sh tsan

demo: program ## make bars, sweep bollinger_atr over some thousand scenarios, show the ten best
	@mkdir -p demo
	$(PROGRAM) synth --bars 100000 --bar 1m --seed 42 --out demo/bars.csv
	$(PROGRAM) sweep examples/demo.toml --out demo/run --force

bench: program ## how fast this machine is, on fixed workloads; a minute
	$(PROGRAM) bench $(if $(SHARED_DATA),--data $(SHARED_DATA))

guard: program ## count the instructions of small sweeps; more than committed is an error
	@$(SETUP) --guard
	@python3 tools/count_instructions.py $(PROGRAM) $(GUARD)

peers: program ## ThreadX beside other tools: same backtests, one core each; the table goes to build/peers/peers.md
	@mkdir -p build/peers
	python3 bench/peers/run.py --program $(PROGRAM) --markdown build/peers/peers.md

conventions: program ## metrics by vectorbt's, quantstats' and backtesting.py's conventions beside those packages; minutes, 760 MB
	@sh tools/test_environment.sh conventions
	build/conventions/bin/python3 tests/analysis/make_convention_goldens.py --check
	python3 tests/analysis/live_conventions_test.py $(PROGRAM) --python build/conventions/bin/python3

gpu-check: $(if $(BUNDLE),,build) ## on a machine with a GPU: its bits beside the CPU's, its speed; docs/results/NAME.md
	@python3 tools/gpu_check.py $(if $(BUNDLE),--bundle $(BUNDLE),--programs build/$(PRESET)) $(if $(OUT),--out $(OUT)) \
	  $(if $(DEVICES),--devices $(DEVICES)) $(if $(SHARED_DATA),--data $(SHARED_DATA))

bundle: build ## build/bundle/threadx-bundle.tar.gz: all that gpu-check needs on a machine that cannot build
	@python3 tools/make_bundle.py build/$(PRESET) build/bundle

format: ## format the sources in place
	@$(SETUP) --lint
	@sh tools/lint.sh --fix

lint: build ## check format, names and suspicious code
	@$(SETUP) --lint
	@sh tools/lint.sh build/$(PRESET)

install: build ## into PREFIX (/usr/local)
	cmake --install build/$(PRESET) --prefix $(PREFIX)

clean: ## remove what was built and the demo
	rm -rf build demo
