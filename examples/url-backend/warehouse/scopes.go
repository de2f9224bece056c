package warehouse

import "github.com/scopeway/scopeway/access"

// The API as identity providers know it, and its scopes. They are declared here
// because both the server and the CDK app need them, and the server needs no CDK.
var (
	Stock = access.NewResourceServer("stock", "Stock API")
	Read  = Stock.Scope("read", "See what is in stock")
	Write = Stock.Scope("write", "Count the stock")
)
