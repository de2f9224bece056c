package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/internal/explain"
)

const explainUsage = `usage: scopeway explain [flags] < requests.jsonl
       scopeway explain [flags] -route "GET /orders/{id}" < token

Says what the authorizer decides about requests, and why. It is the same engine
as the Lambda function, on this machine; nothing is sent anywhere, but that the
key set of an identity is fetched from its URL unless -keys has it.

Without -route each line of standard input is a request and gets a line:
  {"route":"GET /orders/{id}","authorization":"Bearer …","path":"/orders/7"}
With -route standard input is one access token, and gets an account step by
step. Tokens are never repeated.

Exits with 0 where all were allowed, 1 where one was denied, 2 on bad usage or
where there is no verdict.

examples:
  scopeway explain -cdk-out cdk.out -identity identity.json -route "GET /orders/{id}" < token
  scopeway explain -table table.json -identity identity.json -keys jwks.json < requests.jsonl
  scopeway explain -table table.json -identity identity.json -now 2030-01-01T00:00:00Z \
      -keys Users=users.json -keys Partners=partners.json -route "GET /orders" -json < token

`

// explainRequests explains requests of standard input.
func explainRequests(arguments []string, out io.Writer) error {
	return explainFrom(os.Stdin, arguments, out)
}

// explainFrom explains the requests, or the token, of in. Its errors have exit
// codes.
func explainFrom(in io.Reader, arguments []string, out io.Writer) error {
	var o explainOptions
	flags := o.flags()
	flags.SetOutput(io.Discard) // errors are returned
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, explainUsage)
		flags.SetOutput(out)
		flags.PrintDefaults()
		return nil
	} else if err != nil {
		return noVerdict(fmt.Errorf("explain, %w", err))
	}
	if flags.NArg() > 0 {
		return noVerdict(fmt.Errorf("explain, no arguments are wanted, got %d, write flags only, and requests or a token to standard input", flags.NArg()))
	}
	explainer, err := o.explainer()
	if err != nil {
		return noVerdict(fmt.Errorf("explain, %w", err))
	}
	if o.route == "" {
		return explainLines(explainer, in, out)
	}
	return o.explainOne(explainer, in, out)
}

func explainLines(explainer *explain.Explainer, in io.Reader, out io.Writer) error {
	tally, err := explainer.Stream(context.Background(), in, out)
	switch {
	case err != nil:
		return noVerdict(fmt.Errorf("explain, %w", err))
	case tally == explain.Tally{}:
		return noVerdict(errors.New("explain, there is no request on standard input, write one a line"))
	case tally.Unknown > 0:
		return noVerdict(fmt.Errorf("explain, there is no verdict on %d of %d requests, see the lines with the decision \"error\"", tally.Unknown, tally.Unknown+tally.Allowed+tally.Denied))
	case tally.Code() != 0:
		return exit{code: tally.Code()}
	}
	return nil
}

func (o *explainOptions) explainOne(explainer *explain.Explainer, in io.Reader, out io.Writer) error {
	request := explain.Request{Route: o.route}
	if o.hasPath {
		request.Path = &o.path
	}
	text, err := io.ReadAll(io.LimitReader(in, explain.MaxLine+1))
	switch {
	case err != nil:
		return noVerdict(fmt.Errorf("explain, the token cannot be read: %w", err))
	case len(text) > explain.MaxLine:
		return noVerdict(fmt.Errorf("explain, the token is longer than %d bytes, write one access token to standard input", explain.MaxLine))
	}
	if request.Authorization, err = authorization(string(text)); err != nil {
		return noVerdict(fmt.Errorf("explain, standard input, %w", err))
	}
	account, err := explainer.Account(context.Background(), request)
	if err != nil {
		return noVerdict(fmt.Errorf("explain, %w", err))
	}
	if o.json {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(account)
	} else {
		_, err = io.WriteString(out, account.Text(colours(out, os.Getenv)))
	}
	switch {
	case err != nil:
		return noVerdict(fmt.Errorf("explain, the account cannot be written: %w", err))
	case account.Decision == audit.Allow:
		return nil
	case account.Decision == audit.Deny:
		return exit{code: 1}
	default:
		return exit{code: 2}
	}
}

// authorization returns the header for a token, with or without "Bearer " before
// it, and white space around it; no header for nothing. It refuses what only a
// file or another program can have made of a token: no client would send it.
func authorization(text string) (*string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	token := text
	if scheme, rest, ok := strings.Cut(text, " "); ok && strings.EqualFold(scheme, "Bearer") {
		token = rest
	} else {
		text = "Bearer " + text
	}
	const alone = "write the access token alone"
	switch {
	case strings.ContainsAny(token, "\x00\uFEFF"):
		return nil, errors.New("it has a byte order mark or zero bytes, save it as plain text (UTF-8 without a mark)")
	case strings.ContainsAny(token, "{}\""):
		return nil, errors.New("it is JSON and not a token, " + alone + ", for example with jq -r .access_token; requests on lines go without -route")
	case len(token) > 14 && strings.EqualFold(token[:14], "Authorization:"):
		return nil, errors.New("it is a header and not a token, " + alone)
	case strings.ContainsAny(token, " \t\r\n"):
		return nil, errors.New("it has white space in it, " + alone + " on one line")
	}
	return &text, nil
}

// colours reports whether out takes colours: a terminal, unless the environment
// says otherwise (https://no-color.org).
func colours(out io.Writer, getenv func(string) string) bool {
	file, ok := out.(*os.File)
	if !ok || getenv("NO_COLOR") != "" || getenv("TERM") == "dumb" {
		return false
	}
	at, err := file.Stat()
	return err == nil && at.Mode()&os.ModeCharDevice != 0
}

// readInput reads a file that a flag names, of at most limit bytes.
func readInput(flag, name string, limit int) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("-%s, it cannot be read: %w", flag, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, int64(limit)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("-%s, it cannot be read: %w", flag, err)
	case len(text) > limit:
		return nil, fmt.Errorf("-%s, it is too large, got %q with more than %d bytes, write another file", flag, name, limit)
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r")), nil
}
