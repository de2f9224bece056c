package event_test

import (
	"net/url"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/authorizer/event"
)

func checkPath(t *testing.T, route, rawPath, path string) error {
	t.Helper()
	r, err := event.Decode(edited(t, func(e map[string]any) {
		e["routeKey"], inContext(e)["routeKey"] = route, route
		e["identitySource"] = []string{"Bearer " + fixtureToken, route}
		e["rawPath"], inHTTP(e)["path"] = rawPath, path
	}))
	if err != nil {
		t.Fatal(err)
	}
	return r.CheckPath()
}

func TestCheckPathLetsPass(t *testing.T) {
	for _, c := range []struct{ name, route, path string }{
		{"the root", "GET /", "/"},
		{"the root of a named stage", "GET /", "/prod"},
		{"the root of a named stage with its slash", "GET /", "/prod/"},
		{"a plain path", "GET /orders/{id}", "/orders/17"},
		{"a path below a named stage", "GET /orders/{id}", "/prod/orders/17"},
		{"a file name with dots", "GET /files/{name}", "/files/a..b.tar.gz"},
		{"three dots", "GET /files/{name}", "/files/..."},
		{"an encoded space", "GET /files/{name}", "/files/a%20b"},
		{"a space that the gateway decoded", "GET /files/{name}", "/files/a b"},
		{"a letter that is not ASCII", "GET /files/{name}", "/files/ü"},
		{"the same letter encoded", "GET /files/{name}", "/files/%C3%BC"},
		{"an encoded percent sign", "GET /files/{name}", "/files/50%25"},
		{"an encoded percent sign before one digit", "GET /files/{name}", "/files/50%251"},
		{"an encoded percent sign before letters that are no digits", "GET /files/{name}", "/files/50%25of"},
		{"two encoded percent signs", "GET /files/{name}", "/files/50%25%25"},
		{"a matrix parameter", "GET /files/{name}", "/files/a;v=1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := checkPath(t, c.route, c.path, c.path); err != nil {
				t.Errorf("CheckPath() of %q = %v, want nil", c.path, err)
			}
		})
	}
}

func TestCheckPathRefuses(t *testing.T) {
	for _, c := range []struct{ name, path string }{
		{"a slash at the end", "/orders/17/"},
		{"an encoded slash at the end", "/orders/17%2F"},
		{"two slashes at the end", "/orders/17//"},
		{"two slashes at the beginning", "//orders/17"},
		{"two slashes inside", "/orders//17"},
		{"a matrix parameter of nothing", "/;/orders/17"},
		{"a matrix parameter of nothing inside", "/orders/;x=1/17"},
		{"a matrix parameter of nothing at the end", "/orders/17/;"},
		{"an encoded matrix parameter of nothing", "/%3b/orders/17"},
		{"nothing but slashes", "//"},
		{"no slash at the beginning", "orders/17"},
		{"a whole URL", "https://example.com/orders/17"},
		{"an encoded slash", "/orders%2f17"},
		{"an encoded slash in capitals", "/orders%2F17"},
		{"an encoded backslash", "/orders%5c17"},
		{"an encoded NUL", "/orders/17%00"},
		{"an encoded line break", "/orders/17%0d%0a"},
		{"an encoded delete character", "/orders/%7f"},
		{"a backslash", `/orders\17`},
		{"a NUL", "/orders/17\x00"},
		{"a line break", "/orders/17\n"},
		{"a control character beyond ASCII", "/orders/17\u0085"},
		{"a dot segment", "/orders/./17"},
		{"a dot segment at the end", "/orders/."},
		{"two dots", "/menu/../orders/17"},
		{"two dots at the end", "/orders/.."},
		{"two dots at the beginning", "/../orders/17"},
		{"two encoded dots", "/menu/%2e%2e/orders/17"},
		{"one dot encoded, one not", "/menu/.%2E/orders/17"},
		{"an encoded dot segment", "/menu/%2e/orders"},
		{"two dots before a semicolon", "/menu/..;/orders/17"},
		{"two dots before an encoded semicolon", "/menu/..%3b/orders/17"},
		{"a slash encoded twice", "/orders%252f17"},
		{"dots encoded twice", "/menu/%252e%252e/orders"},
		{"a slash encoded three times", "/orders%25252f17"},
		{"a slash encoded twice, all of it", "/orders/%25%32%66x"},
		{"a slash encoded twice, its last digit too", "/orders/%252%66x"},
		{"a slash encoded twice, its first digit too", "/orders/%25%32fx"},
		{"a slash encoded twice, at the end", "/orders/%25%32%46"},
		{"a dot encoded twice, all of it", "/menu/%25%32%65/orders"},
		{"a letter encoded twice", "/orders/%2561"},
		{"a letter encoded twice behind a percent sign", "/orders/%25%2561"},
		{"a percent sign alone", "/orders/50%"},
		{"a percent sign and one digit", "/orders/%4"},
		{"a percent sign and letters", "/orders/%zz"},
		{"an overlong slash", "/orders%c0%af17"},
		{"half a character", "/orders/%c3"},
		{"a question mark that the gateway decoded", "/orders/17?admin=true"},
		{"a fragment", "/orders/17#x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantError(t, checkPath(t, "GET /orders/{id}", c.path, "/orders/17"), access.PathNotCanonical, "")
			wantError(t, checkPath(t, "GET /orders/{id}", "/orders/17", c.path), access.PathNotCanonical, "")
		})
	}
}

func TestAPathInWhichAnotherDecodingFindsAnEscapeIsEncodedTwice(t *testing.T) {
	for _, path := range []string{"/orders/%25%32%66x", "/orders/%252%66", "/orders/%25%32%65", "/orders/%252e", "/orders/%2541"} {
		wantError(t, checkPath(t, "GET /orders/{id}", path, path), access.PathNotCanonical, "encoded twice")
	}
}

func TestCheckPathRefusesOddPathsOfTheRootToo(t *testing.T) {
	for _, path := range []string{"//", "/prod//", "/prod/../", "/prod/%2f"} {
		wantError(t, checkPath(t, "GET /", path, path), access.PathNotCanonical, "")
	}
}

func FuzzCheckPath(f *testing.F) {
	for _, path := range []string{"/orders/17", "/a%2fb", "/%252e", "/..;/x", "/%c0%af"} {
		f.Add("GET /orders/{id}", path)
	}
	f.Fuzz(func(t *testing.T, route, path string) {
		clean := (&event.Request{RouteKey: route, RawPath: path, Path: path}).CheckPath() == nil
		if once, err := url.PathUnescape(path); err == nil && clean {
			if twice, err := url.PathUnescape(once); err == nil && twice != once {
				t.Errorf("%q passes and is %q after another decoding", path, twice)
			}
		}
		slash := (&event.Request{RouteKey: "GET /a", RawPath: path + "/", Path: path + "/"}).CheckPath() == nil
		if slash && path != "" {
			t.Errorf("%q with a slash behind it passes (%v without)", path, clean)
		}
	})
}
