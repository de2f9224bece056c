package gateway

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/app"
	"github.com/scopeway/scopeway/constructs/internal/bundle"
	"github.com/scopeway/scopeway/constructs/internal/code"
	"github.com/scopeway/scopeway/constructs/internal/trust"
	"github.com/scopeway/scopeway/internal/compile"
)

// lateCode is the authorizer's code, made once the table is known: after the
// last Handle.
type lateCode struct {
	*code.Late
	api   *core
	table *access.Table
	// digest is that of the table beside the code.
	digest string
}

func newLateCode(api *core) *lateCode {
	c := &lateCode{api: api}
	props := api.props.authorizer()
	c.Late = code.New(api.construct, c, code.Of{Architecture: props.architecture(), Prebuilt: props.Code})
	return c
}

// Function returns the authorizer with the table.
func (c *lateCode) Function() *bundle.Function {
	table, err := access.Compile(c.api.declarations...)
	if err != nil {
		return nil // one of the problems
	}
	c.table = table
	return &bundle.Function{Of: compile.Authorizer, Table: table.JSON(), Keys: trust.KeysFile(c.api.trusted())}
}

// Made finishes what depends on the table.
func (c *lateCode) Made() {
	c.digest = c.table.Digest()
	c.api.kind.marked().AddMetadata(jsii.String("scopeway"), c.api.metadata(c.table))
	c.api.kind.finish(c.table)
}

// failure returns why there is no code, as a problem.
func (c *lateCode) failure() *access.Problem {
	err := c.Failure()
	if err == nil {
		return nil
	}
	return &access.Problem{ID: "Compile", Subject: app.Subject("authorizer of "+c.api.kind.word(), c.api.construct), Text: err.Error(), Site: c.api.site}
}
