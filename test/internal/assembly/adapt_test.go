package assembly

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// resourcesOf adapts a template with these resources and returns those that
// come of it, and what changed. Nothing changed: the resources as they were.
func resourcesOf(t *testing.T, resources string) (adapted object, changes []string) {
	t.Helper()
	template := `{"Resources":` + resources + `}`
	text, changes, err := adaptTemplate([]byte(template))
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) == 0 {
		text = []byte(template)
	}
	return parse(t, string(text))["Resources"].(object), changes
}

func parse(t *testing.T, text string) (o object) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return o
}

func TestWhatTheLocalCloudAnswersLikeAWSStays(t *testing.T) {
	for name, resources := range map[string]string{
		"a key without context":      `{"A":{"Type":"AWS::ApiGateway::Authorizer","Properties":{"IdentitySource":"method.request.header.Authorization","AuthorizerResultTtlInSeconds":60}}}`,
		"no cache":                   `{"A":{"Type":"AWS::ApiGateway::Authorizer","Properties":{"IdentitySource":"context.httpMethod","AuthorizerResultTtlInSeconds":0}}}`,
		"an HTTP API's authorizer":   `{"A":{"Type":"AWS::ApiGatewayV2::Authorizer","Properties":{"IdentitySource":["$context.routeKey"],"AuthorizerResultTtlInSeconds":60}}}`,
		"a function's integration":   `{"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"IntegrationType":"AWS_PROXY","RequestParameters":{"overwrite:path":"$request.path"}}}}`,
		"a path that is overwritten": `{"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"IntegrationType":"HTTP_PROXY","RequestParameters":{"overwrite:path":"/a/${request.path.id}"}}}}`,
		"the context's other names":  `{"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"IntegrationType":"HTTP_PROXY","RequestParameters":{"overwrite:header.A":"$context.authorizer.jwt.claims.sub","overwrite:header.B":"$context.authorizer.lambda.caller","overwrite:header.C":"$context.requestId"}}}}`,
		"a function's method":        `{"M":{"Type":"AWS::ApiGateway::Method","Properties":{"Integration":{"Type":"AWS_PROXY"}}}}`,
		"a method without headers":   `{"M":{"Type":"AWS::ApiGateway::Method","Properties":{"Integration":{"Type":"HTTP_PROXY","RequestParameters":{"integration.request.path.id":"method.request.path.id"}}}}}`,
		"a plain alarm":              `{"A":{"Type":"AWS::CloudWatch::Alarm","Properties":{"MetricName":"Errors"}}}`,
		"no properties":              `{"A":{"Type":"AWS::ApiGateway::Authorizer"},"B":1}`,
	} {
		if adapted, changes := resourcesOf(t, resources); len(changes) != 0 || !reflect.DeepEqual(adapted, parse(t, resources)) {
			t.Errorf("%s: adapted to %v, %q, want no change", name, adapted, changes)
		}
	}
}

func TestATemplateThatIsNoJSONIsAnError(t *testing.T) {
	for _, text := range []string{"", "Resources:", "[]", `"a"`} {
		if _, _, err := adaptTemplate([]byte(text)); err == nil {
			t.Errorf("adaptTemplate(%q) = nil, want an error", text)
		}
	}
}

func TestAnAssemblyThatNeedsNoChangeIsNotCopied(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	write(t, filepath.Join(from, "Shop.template.json"), `{"Resources":{"A":{"Type":"AWS::S3::Bucket"}}}`)
	if changes, err := Adapt(from, to); err != nil || changes != nil {
		t.Errorf("Adapt = %q, %v, want no change", changes, err)
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("Adapt made a copy without need")
	}
}

func TestACopyHasEverythingAndTheOriginalStays(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	nested := filepath.Join("assembly-Stage", "Shop.nested.template.json")
	original := `{"Resources":{"A":{"Type":"AWS::XRay::Group"}}}`
	files := map[string]string{
		nested:                                      original,
		"Other.template.json":                       `{"Resources":{}}`,
		"manifest.json":                             `{}`,
		filepath.Join("asset.1", "bootstrap"):       "binary",
		filepath.Join("asset.1", "x.json"):          "not json",
		filepath.Join("asset.2", "y.json.template"): "not json",
	}
	for name, text := range files {
		write(t, filepath.Join(from, name), text)
	}
	changes, err := Adapt(from, to)
	if want := []string{"assembly-Stage/Shop.nested: A is taken out (AWS::XRay::Group)"}; err != nil || !reflect.DeepEqual(changes, want) {
		t.Fatalf("Adapt = %q, %v, want %q", changes, err, want)
	}
	for name, text := range files {
		if got := read(t, filepath.Join(from, name)); got != text {
			t.Errorf("original of %s became %s", name, got)
		}
		if got := read(t, filepath.Join(to, name)); name != nested && got != text {
			t.Errorf("copy of %s is %s", name, got)
		}
	}
	if got := read(t, filepath.Join(to, nested)); strings.Contains(got, "XRay") {
		t.Errorf("copy of %s is %s", nested, got)
	}
	if _, err := Adapt(from, to); err == nil {
		t.Error("Adapt over a copy = nil, want an error")
	}
}

func TestAnAssemblyThatCannotBeReadIsAnError(t *testing.T) {
	if _, err := Adapt(filepath.Join(t.TempDir(), "none"), t.TempDir()); err == nil {
		t.Error("Adapt of no folder = nil, want an error")
	}
	from := t.TempDir()
	write(t, filepath.Join(from, "Shop.template.json"), "{")
	if _, err := Adapt(from, filepath.Join(t.TempDir(), "copy")); err == nil || !strings.Contains(err.Error(), "Shop.template.json") {
		t.Errorf("Adapt of half a template = %v, want an error that names it", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
