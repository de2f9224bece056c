package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/scopeway/scopeway/internal/openapi"
)

const openapiUsage = `usage: scopeway openapi [flags] <folder>

Writes the OpenAPI 3.1.0 document of an API that was synthesised into the
folder, usually cdk.out.

`

// exportOpenAPI writes the OpenAPI document of one API of a cloud assembly.
func exportOpenAPI(arguments []string, out io.Writer) error {
	flags := flag.NewFlagSet("openapi", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are returned
	var config openapi.Config
	name := flags.String("api", "", "`path` of the API, as in Shop/Api; needed where there are several")
	file := flags.String("o", "", "`file` to write; default: standard output")
	flags.StringVar(&config.URL, "url", "", "`address` of the API; default: \"/\"")
	flags.Func("token-url", "`identity=URL` of a token endpoint, as in Users=https://…; may be repeated", endpoints(&config.TokenURLs))
	flags.Func("authorization-url", "`identity=URL` of an authorization endpoint, or identity="+openapi.NoURL+" to leave the flow out; may be repeated", endpoints(&config.AuthorizationURLs))
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, openapiUsage)
		flags.SetOutput(out)
		flags.PrintDefaults()
		return nil
	} else if err != nil {
		return fmt.Errorf("openapi, %w", err)
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("openapi, one folder is wanted, got %q, write the flags first and then the folder that cdk synth wrote", flags.Args())
	}
	document, err := openapiOf(flags.Arg(0), *name, config)
	if err != nil {
		return err
	}
	if *file == "" {
		_, err := out.Write(document)
		return err
	}
	return replaceFile(*file, document, 0o644)
}

// openapiOf returns the document of the API of this name; of the only one, if
// the name is empty.
func openapiOf(folder, name string, config openapi.Config) ([]byte, error) {
	if at, err := os.Stat(folder); err != nil || !at.IsDir() {
		return nil, fmt.Errorf("folder, there is none, got %q, write the one that cdk synth wrote, usually cdk.out", folder)
	}
	apis, err := openapi.Find(os.DirFS(folder))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	var names []string
	for _, api := range apis {
		if api.Name == name || name == "" && len(apis) == 1 {
			return openapi.Export(api, config)
		}
		names = append(names, api.Name)
	}
	if name == "" {
		return nil, fmt.Errorf("%s: API, there are several, got none, write -api and one of %q", folder, names)
	}
	return nil, fmt.Errorf("%s: API, there is none of that name, got %q, write one of %q", folder, name, names)
}

// endpoints returns the reader of a flag that holds identity=URL.
func endpoints(into *map[string]string) func(string) error {
	return func(value string) error {
		identity, address, ok := strings.Cut(value, "=")
		if !ok || identity == "" || address == "" {
			return errors.New("not of the form identity=URL, write for example Users=https://issuer.example.com/token")
		}
		if *into == nil {
			*into = map[string]string{}
		}
		if _, twice := (*into)[identity]; twice {
			return fmt.Errorf("identity %q is given twice, write it once", identity)
		}
		(*into)[identity] = address
		return nil
	}
}

// replaceFile writes the file in one step: nobody sees half of it, and what was
// there stays if anything goes wrong.
func replaceFile(name string, content []byte, mode os.FileMode) (err error) {
	if at, err := os.Stat(name); err == nil && !at.Mode().IsRegular() {
		// A rename would put the file in the place of a device.
		return fmt.Errorf("file, it cannot be written, got %q, which is a folder or a device, write the name of a file", name)
	}
	temporary, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("file, it cannot be written: %w", err)
	}
	defer func() {
		if err != nil {
			temporary.Close()
			os.Remove(temporary.Name())
			err = fmt.Errorf("file, it cannot be written, got %q: %w", name, err)
		}
	}()
	if _, err = temporary.Write(content); err != nil {
		return err
	}
	if err = temporary.Chmod(mode); err != nil {
		return err
	}
	if err = temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), name)
}
