package authorizer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/audit"
)

// TableFile is the name of the table's file in the function's directory, which
// Lambda names in LAMBDA_TASK_ROOT.
const TableFile = "table.json"

// maxFileBytes is the size up to which a file beside the binary is read.
const maxFileBytes = 8 << 20

// Start runs the authorizer as a Lambda function and does not return. It reads
// [IdentitiesVariable], the table beside the binary, and [KeysFile] beside it
// where an identity has its keys there, and asks for all other key sets before
// the first event.
//
// A key set that cannot be fetched is reported in a fault line, each time, also
// where the table, which is read meanwhile, cannot be used. A
// configuration that cannot be used is reported in one fault line; every
// event is then answered with an error. The process does not end for it:
// Lambda would start it again and again, and the cause would drown.
func Start() {
	log.SetOutput(quiet{os.Stderr})
	a := load(context.Background(), Config{Out: os.Stdout}, os.Getenv)
	lambda.StartWithOptions(handler{a})
}

// load returns the authorizer of an environment, one that answers errors
// where the environment cannot be used.
func load(ctx context.Context, config Config, getenv func(string) string) (a *Authorizer) {
	a = unusable(config)
	defer func() {
		if value := recover(); value != nil {
			a.verifier = nil // answers errors again
			a.reportPanic(value, "")
		}
	}()
	if err := a.configure(ctx, config.Now, getenv); err != nil {
		a.report(audit.Fault{Cause: err.Error()})
	}
	return a
}

// configure makes an unusable authorizer one of the environment. The table, which
// may have hundreds of routes, is read while the key sets are on their way.
func (a *Authorizer) configure(ctx context.Context, now func() time.Time, getenv func(string) string) error {
	text := getenv(IdentitiesVariable)
	if text == "" {
		return fmt.Errorf("%s, is not set, deploy the function with the constructs that made its table", IdentitiesVariable)
	}
	identities, err := ParseIdentities([]byte(text))
	if err != nil {
		return fmt.Errorf("%s, %w", IdentitiesVariable, err)
	}
	shipped, err := readKeys(getenv("LAMBDA_TASK_ROOT"), identities)
	if err != nil {
		return fmt.Errorf("%s, %w", KeysFile, err)
	}
	issuers, sets, err := trust(identities, shipped, now, func(err error) { a.report(audit.Fault{Cause: err.Error()}) })
	if err != nil {
		return fmt.Errorf("%s, %w", IdentitiesVariable, err)
	}
	fetched := prefetch(ctx, sets, prefetchWait)
	table, err := readTable(getenv("LAMBDA_TASK_ROOT"))
	if err != nil {
		return fmt.Errorf("%s, %w", TableFile, err)
	}
	if err := a.use(table, issuers); err != nil {
		return err
	}
	fetched()
	return nil
}

func readTable(directory string) (*access.Table, error) {
	text, err := readBeside(directory, TableFile, "deploy the function with the table beside the binary")
	if err != nil {
		return nil, err
	}
	return access.ParseTable(text)
}

// readBeside reads a file that was deployed beside the binary.
func readBeside(directory, name, otherwise string) ([]byte, error) {
	if directory == "" {
		return nil, errors.New("cannot be looked for, LAMBDA_TASK_ROOT is not set")
	}
	file, err := os.Open(filepath.Join(directory, name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("is not there, %s", otherwise)
	case err != nil:
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxFileBytes:
		return nil, errors.New("is larger than 8 MB")
	}
	return text, nil
}

// handler lets the Lambda runtime hand over the event's bytes as they came.
// Given a function, it would parse them first and answer garbage by itself,
// without an audit line.
type handler struct{ authorizer *Authorizer }

// Invoke implements the interface lambda.Handler.
func (h handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	answer, err := h.authorizer.Handle(ctx, payload)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // it would make the answer longer
	if err := encoder.Encode(answer); err != nil {
		return nil, noDecision(answer.Context.DecisionID)
	}
	return text.Bytes(), nil
}
