package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer"
	"github.com/scopeway/scopeway/authorizer/event"
	"github.com/scopeway/scopeway/internal/explain"
)

// Sizes in bytes up to which files are read: what the authorizer itself takes.
const (
	maxTable    = 8 << 20
	maxIdentity = 64 << 10
	maxKeySet   = 150 << 10
)

// explainOptions are the flags of explain.
type explainOptions struct {
	table, identity, cdkOut, api, kind string
	keys                               []string // FILE or identity=FILE
	now                                *time.Time
	route, path                        string
	hasPath, json                      bool
}

func (o *explainOptions) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("explain", flag.ContinueOnError)
	flags.StringVar(&o.table, "table", "", "`file` with the authorizer's table, table.json beside its binary")
	flags.StringVar(&o.identity, "identity", "", "`file` with who is trusted, the value of "+authorizer.IdentitiesVariable)
	flags.StringVar(&o.cdkOut, "cdk-out", "", "`folder` that cdk synth wrote, in place of -table; -identity is for what is known at deploy only")
	flags.StringVar(&o.api, "api", "", "`path` of the API in the folder, as in Shop/Api; needed where there are several")
	flags.StringVar(&o.kind, "kind", "", "`kind` of the API, http or rest; default: that of -cdk-out, or http")
	flags.Func("keys", "`[identity=]file` with the JSON Web Key Set of an identity, by its name or id; may be repeated; default: its URL", func(value string) error {
		o.keys = append(o.keys, value)
		return nil
	})
	flags.Func("now", "`time` of the requests, as in 2030-01-01T00:00:00Z, or seconds since 1970; default: the clock's", func(value string) error {
		now, err := parseNow(value)
		o.now = &now
		return err
	})
	flags.Func("route", "`route` of the one token on standard input, as in \"GET /orders/{id}\"", func(value string) error {
		if value == "" {
			return errors.New("it is empty, write one as in \"GET /orders/{id}\"")
		}
		o.route = value
		return nil
	})
	flags.Func("path", "`path` of that request, as in /orders/7; default: one that fits the route", func(value string) error {
		o.path, o.hasPath = value, true
		return nil
	})
	flags.BoolVar(&o.json, "json", false, "write the account as JSON")
	return flags
}

// parseNow reads a time as RFC 3339 has it, or seconds since 1970.
func parseNow(value string) (time.Time, error) {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds >= 0 && seconds <= 253402300799 {
		return time.Unix(seconds, 0), nil
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil || at.Unix() < 0 {
		return time.Time{}, errors.New("it is not a time, write one as in 2030-01-01T00:00:00Z or as seconds since 1970")
	}
	return at, nil
}

// explainer returns the explainer that the flags ask for.
func (o *explainOptions) explainer() (*explain.Explainer, error) {
	if o.route == "" && (o.hasPath || o.json) {
		return nil, errors.New("-path and -json are for one token, write -route too; requests on lines have a path of their own, and answers are JSON")
	}
	var config explain.Config
	var err error
	if config.Kind, err = parseKind(o.kind); err != nil {
		return nil, err
	}
	switch {
	case (o.table == "") == (o.cdkOut == ""):
		return nil, errors.New("exactly one of -table and -cdk-out is wanted, write -table table.json, or -cdk-out cdk.out")
	case o.table != "":
		err = o.fromFiles(&config)
	default:
		err = o.fromApp(&config)
	}
	if err != nil {
		return nil, err
	}
	if config.KeySets, err = readKeySets(o.keys, config.Identities); err != nil {
		return nil, err
	}
	if o.now != nil {
		config.Now = func() time.Time { return *o.now }
	}
	return explain.New(config)
}

func parseKind(text string) (event.Kind, error) {
	switch kind := event.Kind(text); kind {
	case "", event.HTTP, event.REST:
		return kind, nil
	}
	return "", fmt.Errorf("-kind, is unknown, got %q, write http or rest", text)
}

func (o *explainOptions) fromFiles(config *explain.Config) error {
	if o.api != "" {
		return errors.New("-api, there is no app, write -cdk-out too, or leave it out")
	}
	if o.identity == "" {
		return fmt.Errorf("-identity, is missing, write the file with the value of %s", authorizer.IdentitiesVariable)
	}
	text, err := readInput("table", o.table, maxTable)
	if err != nil {
		return err
	}
	if config.Table, err = access.ParseTable(text); err != nil {
		return fmt.Errorf("-table, %w", err)
	}
	if text, err = readInput("identity", o.identity, maxIdentity); err != nil {
		return err
	}
	if config.Identities, err = authorizer.ParseIdentities(text); err != nil {
		return fmt.Errorf("-identity, %w", err)
	}
	return nil
}

func (o *explainOptions) fromApp(config *explain.Config) error {
	if at, err := os.Stat(o.cdkOut); err != nil || !at.IsDir() {
		return fmt.Errorf("-cdk-out, there is no such folder, got %q, write the one that cdk synth wrote, usually cdk.out", o.cdkOut)
	}
	root, err := os.OpenRoot(o.cdkOut) // links lead nowhere else
	if err != nil {
		return fmt.Errorf("-cdk-out, it cannot be read: %w", err)
	}
	defer root.Close()
	app, err := explain.FindApp(root.FS(), o.api)
	if err != nil {
		return fmt.Errorf("%s: %w", o.cdkOut, err)
	}
	var given []byte
	if o.identity != "" {
		if given, err = readInput("identity", o.identity, maxIdentity); err != nil {
			return err
		}
	}
	if config.Identities, err = app.Identities(given); err != nil {
		return fmt.Errorf("%s: %w", o.cdkOut, err)
	}
	if config.Kind != "" && config.Kind != app.Kind {
		return fmt.Errorf("-kind, the API is of another, got %q, leave it out", config.Kind)
	}
	config.Table, config.Shipped, config.Kind = app.Table, app.Shipped, app.Kind
	return nil
}

// cutIdentity cuts the name or id of an identity and "=" off a file's name. Both
// may hold such a sign: what is there decides.
func cutIdentity(value string, identities []authorizer.Identity) (called, file string) {
	for _, identity := range identities {
		for _, name := range []string{identity.Name, identity.ID} {
			if rest, ok := strings.CutPrefix(value, name+"="); ok && len(name) > len(called) {
				called, file = name, rest
			}
		}
	}
	if called != "" {
		return called, file
	}
	if _, err := os.Stat(value); err == nil {
		return "", value
	}
	if called, file, ok := strings.Cut(value, "="); ok && called != "" {
		return called, file
	} else if ok {
		return "", ""
	}
	return "", value
}

// readKeySets reads the files with key sets, by the name of the identity.
func readKeySets(values []string, identities []authorizer.Identity) (map[string][]byte, error) {
	sets := map[string][]byte{}
	for _, value := range values {
		called, file := cutIdentity(value, identities)
		if file == "" {
			return nil, errors.New("-keys, it is not of the form FILE or identity=FILE, write for example Users=jwks.json")
		}
		name, err := explain.Named(identities, called)
		if err != nil {
			return nil, fmt.Errorf("-%w", err)
		}
		if _, twice := sets[name]; twice {
			return nil, fmt.Errorf("-keys, those of an identity are given twice, got %q, write them once", name)
		}
		if sets[name], err = readInput("keys", file, maxKeySet); err != nil {
			return nil, err
		}
	}
	return sets, nil
}
