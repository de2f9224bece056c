package assembly

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// relayed returns what the relay would send for an event, as JSON, or what it
// says is wrong.
func relayed(t *testing.T, event, environment string) (request object, problem string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is missing")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "relay.js"), relaySource)
	script := `const { body, ...rest } = require("./relay.js").request(` + event + `, ` + environment + `);
		console.log(JSON.stringify({ ...rest, body: String(body) }));`
	command := exec.Command(node, "--eval", script)
	command.Dir = dir
	command.Env = []string{"PATH=" + os.Getenv("PATH")}
	output, err := command.CombinedOutput()
	if err != nil {
		return nil, string(output)
	}
	if err := json.Unmarshal(output, &request); err != nil {
		t.Fatalf("%v in %s", err, output)
	}
	return request, ""
}

func TestTheRelaySendsWhatTheMappingsSay(t *testing.T) {
	got, problem := relayed(t, `{
		"httpMethod": "PUT", "body": "aGk=", "isBase64Encoded": true, "pathParameters": {"id": "a b", "path": "c/d e"},
		"multiValueHeaders": {"SCOPEWAYCALLER": ["forged"], "Authorization": ["Bearer t"], "Host": ["h"], "Connection": ["close"], "X-A": ["1", "2"]},
		"multiValueQueryStringParameters": {"q": ["1", "&"]},
		"requestContext": {"authorizer": {"caller": "verified"}}
	}`, `{"URI": "http://127.0.0.1:1/{id}/{path}", "METHOD": "ANY", "PARAMETERS": JSON.stringify({
		"integration.request.header.ScopewayCaller": "context.authorizer.caller",
		"integration.request.header.Authorization": "'removed'",
		"integration.request.path.id": "method.request.path.id",
		"integration.request.path.path": "method.request.path.path"
	})}`)
	if problem != "" {
		t.Fatal(problem)
	}
	want := parse(t, `{"url": "http://127.0.0.1:1/a%20b/c/d%20e?q=1&q=%26", "method": "PUT", "body": "hi",
		"headers": {"scopewaycaller": "verified", "authorization": "removed", "x-a": "1,2", "content-length": "2"}}`)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("relay sends %v, want %v", got, want)
	}
}

func TestTheRelayHandsOnNoHeaderThatItShouldMapAndCannot(t *testing.T) {
	got, problem := relayed(t, `{"httpMethod": "GET", "multiValueHeaders": {"ScopewayCaller": ["forged"]}}`,
		`{"URI": "http://127.0.0.1:1", "METHOD": "GET", "PARAMETERS": '{"integration.request.header.ScopewayCaller": "context.authorizer.caller"}'}`)
	if headers, _ := got["headers"].(object); problem != "" || len(headers) != 0 {
		t.Errorf("relay sends %v, %s, want no header", got, problem)
	}
}

func TestTheRelayRefusesMappingsThatItDoesNotKnow(t *testing.T) {
	for _, mapping := range []string{
		`{"integration.request.header.A": "method.request.header.B"}`,
		`{"integration.request.querystring.a": "'b'"}`,
	} {
		if got, problem := relayed(t, `{"httpMethod": "GET"}`, `{"URI": "http://127.0.0.1:1", "METHOD": "GET", "PARAMETERS": '`+strings.ReplaceAll(mapping, "'", `\'`)+`'}`); !strings.Contains(problem, "not known to the relay") {
			t.Errorf("relay with %s = %v, want an error", mapping, got)
		}
	}
}
