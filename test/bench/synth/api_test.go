package synth

import "fmt"

// api is what is declared, once with Scopeway and once with awscdk alone.
type api struct {
	rest, cors bool
	routes     int
}

func (a api) String() string {
	kind := "http"
	if a.rest {
		kind = "rest"
	}
	if a.cors {
		kind += "/cors"
	}
	return fmt.Sprintf("%s/%d", kind, a.routes)
}

// functions are how many backends the routes share.
const functions = 3

// origin is whose pages may call an API with CORS.
const origin = "https://app.example.com"

// eachRoute calls declare for every route: collections with five routes on two
// paths each, as APIs of records have them.
func (a api) eachRoute(declare func(method, path string, function int)) {
	methods := []struct{ method, below string }{
		{"GET", ""}, {"POST", ""}, {"GET", "/{id}"}, {"PUT", "/{id}"}, {"DELETE", "/{id}"},
	}
	for i := range a.routes {
		m := methods[i%len(methods)]
		declare(m.method, fmt.Sprintf("/records%d%s", i/len(methods), m.below), i%functions)
	}
}
