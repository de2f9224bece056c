# make help lists what there is. Everything stays inside the checkout: tools
# below .tools/, cloud assemblies in temporary folders.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The compiler and npm keep their caches below the home directory; without one,
# as in some containers, below .tools/.
ifeq ($(HOME),)
export HOME := $(CURDIR)/.tools/home
endif
# Only the go.mod files of this repository count.
export GOWORK := off

# Only "make demo PORT=14566" chooses a port; a PORT of the environment is
# somebody else's.
ifeq ($(origin PORT),command line)
demo-flags := -port $(PORT)
endif

stage := @test/tools/stage.sh

# What these packages read through other programs, go's cache of results does not
# see.
fresh := test/synth test/docs test/imports constructs/internal/bundle internal/compile cmd/scopeway
space := $(subst x,,x x)

# Modules of their own below test/, with what users must not have to download.
modules = $(filter-out test/tools,$(patsubst %/go.mod,%,$(wildcard test/*/go.mod)))

.PHONY: help setup setup-cloud setup-lint demo test fmt lint unit modules synth cfn-lint openapi issuers-test deploy-test browser-test test-keycloak bench fuzz golden-update clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## install the pinned tools below .tools/
	@test/tools/setup.sh

setup-cloud:
	@test/tools/setup.sh node python

setup-issuers:
	@test/tools/setup.sh oidc-provider

setup-lint:
	@test/tools/setup.sh staticcheck

demo: setup-cloud ## deploy the quick start as HTTP and REST API to a local cloud and call both; starts servers on 127.0.0.1 (PORT=14566 to choose one)
	@go build -buildvcs=false -o .tools/bin/demo ./test/demo
	@.tools/bin/demo $(demo-flags)

test: setup lint unit modules cfn-lint openapi issuers-test deploy-test browser-test ## all checks and tests; starts servers on 127.0.0.1
	@echo "== all passed"

fmt: ## format the Go files
	@gofmt -w $$(find . -name '*.go' -not -path './.tools/*' -not -path './cdk.out/*')

lint: setup-lint ## check format, go vet, staticcheck
	$(stage) "gofmt" test/tools/gofmt.sh
	$(stage) "go vet" go vet -tags localcloud,issuers,keycloak ./...
	$(stage) "staticcheck" .tools/bin/staticcheck -tags localcloud,issuers,keycloak ./...

unit: ## unit tests and synth goldens, without servers
	$(stage) "go test ./..., but for the next" sh -c 'go test $$(go list ./... | grep -Ev "/($(subst $(space),|,$(fresh)))$$")'
	$(stage) "goldens, documents, imports, bundles" go test -count=1 $(addprefix ./,$(fresh))
	@# Each benchmark runs once: nobody would notice one that is broken.
	$(stage) "benchmarks run" sh -c 'out=$$(go test -run "^$$" -bench . -benchtime 1x ./access/... ./authorizer/... 2>&1) || { printf "%s\n" "$$out"; exit 1; }'

modules: setup-cloud ## tests of the modules below test/
	@for m in $(modules); do test/tools/stage.sh "$$m: go vet, go test" sh -c "cd $$m && go vet ./... && go test -count=1 ./..." || exit 1; done

synth: setup-cloud ## synth goldens, and cfn-lint over them
	$(stage) "synth goldens" go test -count=1 ./test/synth/...
	@$(MAKE) --no-print-directory cfn-lint

# W3005: awscdk adds a DependsOn where a reference says the same already.
cfn-lint: setup-cloud
	$(stage) "cfn-lint over the goldens" .tools/python/bin/python .tools/python/bin/cfn-lint --ignore-checks W3005 --regions us-east-1 -- test/synth/testdata/*.json

openapi: setup-cloud ## judge the OpenAPI documents with a validator
	$(stage) "OpenAPI documents" go test -count=1 ./test/openapi -python "$(CURDIR)/.tools/python/bin/python"

issuers-test: setup-issuers ## send tokens of npm's oidc-provider through the authorizer; starts servers on 127.0.0.1
	$(stage) "tokens of oidc-provider" sh -c 'cd test/issuers/nodeoidc && go test -count=1 -tags issuers'

# Keycloak takes 177 MB from Maven Central once, Java 17, and two minutes.
test-keycloak: ## tokens, keys and client secrets of a real Keycloak; starts servers on 127.0.0.1
	@test/issuers/keycloak/setup.sh
	$(stage) "tokens and keys of Keycloak" sh -c 'cd test/issuers/keycloak && go test -count=1 -tags keycloak'
	$(stage) "client secrets of Keycloak" sh -c 'cd rotator/internal/keycloak && go test -count=1 -tags keycloak'

deploy-test: setup-cloud ## deploy to a local cloud and test there; starts servers on 127.0.0.1
	$(stage) "deploy tests on the local cloud" go test -count=1 -tags localcloud ./test/deploy/... ./test/rotation/... ./test/internal/...

browser-test: setup-cloud ## sign in and call in Chromium, where one is installed; starts servers on 127.0.0.1
	$(stage) "examples/browser in Chromium" test/browser/test.sh

bench: ## benchmarks, also against rivals: writes docs/benchmarks.md; starts servers on 127.0.0.1
	$(stage) "benchmarks of the packages" go test -run '^$$' -bench . -benchmem -benchtime 0.5s ./access/... ./authorizer/... ./test/bench
	$(stage) "against rivals" sh -c 'cd test/rivals/bench && go run -buildvcs=false . -document ../../../docs/benchmarks.md'
	$(stage) "synth" go test -run '^$$' -bench . ./test/bench/synth

fuzz: ## fuzz with every target in turn (FUZZTIME=30s for each); starts servers on 127.0.0.1
	@test/tools/fuzz.sh $(or $(FUZZTIME),30s)

golden-update: ## write the synth goldens anew; look at the difference before you commit it
	go test ./test/synth/... -update

clean: ## remove the tools and what was built
	@[ ! -d .tools ] || chmod -R u+w .tools # a module cache is read-only
	rm -rf .tools cdk.out cdk.context.json
