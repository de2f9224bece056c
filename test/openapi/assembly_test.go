package openapi

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/internal/openapi"
)

// addAPI adds an API that has the metadata of the quick start's, with URLs that
// the CDK knows at deploy only.
func addAPI(t *testing.T, scope constructs.Construct) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(goldens, "quickstart.metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	var metadata map[string]any
	if err := json.Unmarshal(text, &metadata); err != nil {
		t.Fatal(err)
	}
	api := awsapigatewayv2.NewCfnApi(scope, jsii.String("Api"), &awsapigatewayv2.CfnApiProps{
		Name:         jsii.String("Shop"),
		ProtocolType: jsii.String("HTTP"),
	})
	metadata["name"] = *api.Node().Path()
	users := metadata["identities"].([]any)[0].(map[string]any)
	users["tokenUrl"] = "https://shop.auth." + *awscdk.Aws_REGION() + ".amazoncognito.com/oauth2/token"
	delete(users, "authorizationUrl")
	api.AddMetadata(jsii.String("scopeway"), metadata)
}

// TestTheCDKsAssembliesAreRead synthesises a stack, a nested stack and one in a
// stage with the AWS CDK, without the metadata about assets that its command
// line asks for.
func TestTheCDKsAssembliesAreRead(t *testing.T) {
	defer jsii.Close()
	dir := t.TempDir()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(dir)})
	shop := awscdk.NewStack(app, jsii.String("Shop"), nil)
	addAPI(t, shop)
	addAPI(t, awscdk.NewNestedStack(shop, jsii.String("Inner"), nil))
	production := awscdk.NewStack(awscdk.NewStage(app, jsii.String("Prod"), nil), jsii.String("Shop"), nil)
	addAPI(t, awscdk.NewNestedStack(production, jsii.String("Inner"), nil))
	app.Synth(nil)

	apis, err := openapi.Find(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	var names, files []string
	for _, api := range apis {
		names = append(names, api.Name)
		if document, err := openapi.Export(api, openapi.Config{}); err == nil {
			t.Errorf("Export(%s) without a token URL = %s, want an error", api.Name, document)
		}
		document, err := openapi.Export(api, openapi.Config{TokenURLs: map[string]string{"Users": "https://shop.auth.eu-central-1.amazoncognito.com/oauth2/token"}})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "openapi.json")
		if err := os.WriteFile(file, document, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if want := []string{"Prod/Shop/Inner/Api", "Shop/Api", "Shop/Inner/Api"}; !slices.Equal(names, want) {
		t.Errorf("Find = %q, want %q", names, want)
	}
	t.Run("their documents are valid", func(t *testing.T) {
		for file, errors := range judge(t, files...) {
			for _, e := range errors {
				t.Errorf("%s: %s", file, e)
			}
		}
	})
}
