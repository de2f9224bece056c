package openapi

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var python = flag.String("python", "", "the Python that has openapi-spec-validator; its tests are skipped without")

const goldens = "../../internal/openapi/testdata"

// judge returns what the validator says about each document, by file.
func judge(t *testing.T, files ...string) map[string][]string {
	t.Helper()
	if *python == "" {
		t.Skip(`no validator: write -python "$PWD/.tools/python/bin/python", after make setup`)
	}
	var stderr bytes.Buffer
	command := exec.Command(*python, append([]string{"validate.py"}, files...)...)
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("the validator did not run: %v\n%s", err, stderr.String())
	}
	verdicts := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		var verdict struct {
			File   string
			Errors []string
		}
		if err := json.Unmarshal([]byte(line), &verdict); err != nil {
			t.Fatalf("the validator said %q", line)
		}
		verdicts[verdict.File] = verdict.Errors
	}
	if len(verdicts) != len(files) {
		t.Fatalf("the validator judged %d documents, want %d", len(verdicts), len(files))
	}
	return verdicts
}

func TestTheGoldensAreValid(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(goldens, "*.openapi.json"))
	if err != nil || len(files) < 4 {
		t.Fatalf("found the goldens %q (%v), want at least 4", files, err)
	}
	for file, errors := range judge(t, files...) {
		for _, e := range errors {
			t.Errorf("%s: %s", filepath.Base(file), e)
		}
	}
}

// at returns the object below the document at the names.
func at(document map[string]any, names ...string) map[string]any {
	for _, name := range names {
		document = document[name].(map[string]any)
	}
	return document
}

// TestTheValidatorNotices breaks the quick start's document in one place each.
func TestTheValidatorNotices(t *testing.T) {
	order := func(d map[string]any) map[string]any { return at(d, "paths", "/orders/{id}", "get") }
	scheme := func(d map[string]any) map[string]any { return at(d, "components", "securitySchemes", "Users") }
	cases := map[string]struct {
		spoil func(d map[string]any)
		want  string
	}{
		"no title":                   {func(d map[string]any) { delete(at(d, "info"), "title") }, "validator: info: 'title' is a required property"},
		"no version":                 {func(d map[string]any) { delete(at(d, "info"), "version") }, "validator: info: 'version' is a required property"},
		"another version of OpenAPI": {func(d map[string]any) { d["openapi"] = "4.0.0" }, "validator: openapi: "},
		"an unknown member":          {func(d map[string]any) { d["scopeway-kind"] = "http" }, "validator: : "},
		"a path without a slash": {func(d map[string]any) {
			at(d, "paths")["menu"] = at(d, "paths", "/menu")
			delete(at(d, "paths"), "/menu")
		}, "validator: paths: "},
		"two operations with one id":     {func(d map[string]any) { order(d)["operationId"] = "get_menu" }, "Operation ID 'get_menu' for"},
		"a path variable not declared":   {func(d map[string]any) { delete(order(d), "parameters") }, "Path parameter 'id' for 'get' operation"},
		"a path variable that may lack":  {func(d map[string]any) { order(d)["parameters"].([]any)[0].(map[string]any)["required"] = false }, "validator: paths//orders/{id}/get/parameters/0"},
		"a variable that the path lacks": {func(d map[string]any) { at(d, "paths", "/menu", "get")["parameters"] = order(d)["parameters"] }, "parameters: get /menu: got ['id']"},
		"an answer without description":  {func(d map[string]any) { delete(at(d, "components", "responses", "Forbidden"), "description") }, "'description' is a required property"},
		"an answer of no status":         {func(d map[string]any) { at(order(d), "responses")["4o4"] = map[string]any{"description": "x"} }, "validator: paths//orders/{id}/get/responses"},
		"security that is no list":       {func(d map[string]any) { order(d)["security"] = map[string]any{} }, "validator: paths//orders/{id}/get/security"},
		"scopes that are no list":        {func(d map[string]any) { order(d)["security"] = []any{map[string]any{"Users": "orders/read"}} }, "validator: paths//orders/{id}/get/security/0/Users"},
		"a scheme nobody declared":       {func(d map[string]any) { order(d)["security"] = []any{map[string]any{"Others": []any{}}} }, "security: get /orders/{id}: there is no scheme Others"},
		"a scope nobody declared":        {func(d map[string]any) { order(d)["security"] = []any{map[string]any{"Users": []any{"read"}}} }, "security: get /orders/{id}: Users has no scope read"},
		"a scheme of no type":            {func(d map[string]any) { scheme(d)["type"] = "oauth" }, "validator: components/securitySchemes/Users"},
		"a scheme without flows":         {func(d map[string]any) { delete(scheme(d), "flows") }, "validator: components/securitySchemes/Users"},
		"a flow without its token URL":   {func(d map[string]any) { delete(at(scheme(d), "flows", "clientCredentials"), "tokenUrl") }, "validator: components/securitySchemes/Users/flows/clientCredentials"},
		"a flow without scopes":          {func(d map[string]any) { delete(at(scheme(d), "flows", "authorizationCode"), "scopes") }, "validator: components/securitySchemes/Users/flows/authorizationCode"},
		"a flow of no kind":              {func(d map[string]any) { at(scheme(d), "flows")["machine"] = map[string]any{} }, "validator: components/securitySchemes/Users/flows"},
		"a name of a scheme with a blank": {func(d map[string]any) {
			at(d, "components", "securitySchemes")["Our Users"] = scheme(d)
		}, "validator: components/securitySchemes"},
		"two paths that are one": {func(d map[string]any) {
			delete(at(d, "paths", "/admin/orders/{id}", "delete"), "operationId")
			at(d, "paths")["/orders/{order}"] = map[string]any{}
		}, "paths: /orders/{id} and /orders/{order} are one"},
	}
	text, err := os.ReadFile(filepath.Join(goldens, "quickstart.openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	names, files := map[string]string{}, []string{}
	for name, c := range cases {
		var document map[string]any
		if err := json.Unmarshal(text, &document); err != nil {
			t.Fatal(err)
		}
		c.spoil(document)
		spoilt, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, fmt.Sprintf("%d.json", len(files)))
		if err := os.WriteFile(file, spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		names[file], files = name, append(files, file)
	}
	for file, errors := range judge(t, files...) {
		if name := names[file]; !strings.Contains(strings.Join(errors, "\n"), cases[name].want) {
			t.Errorf("%s: the validator says %q, want %q", name, errors, cases[name].want)
		}
	}
}
