package scripts

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/scopeway/scopeway/access"
)

// app writes cdk.out as cdk synth would: an HTTP API whose authorizer learns at
// deploy where @late@ stands in its identities.
func app(env *testscript.Env, table *access.Table, identities string) error {
	parts := []any{}
	for i, literal := range strings.Split(identities, "@late@") {
		if i > 0 {
			parts = append(parts, map[string]any{"Fn::GetAtt": []string{"Issuer", "Url"}})
		}
		parts = append(parts, literal)
	}
	template := map[string]any{"Resources": map[string]any{
		"Api": map[string]any{
			"Type":     "AWS::ApiGatewayV2::Api",
			"Metadata": map[string]any{"scopeway": map[string]any{"version": 1, "kind": "http", "name": "Shop/Api", "table": table.Digest()}},
		},
		"Authorizer": map[string]any{
			"Type": "AWS::ApiGatewayV2::Authorizer",
			"Properties": map[string]any{
				"ApiId": map[string]any{"Ref": "Api"},
				"AuthorizerUri": map[string]any{"Fn::Join": []any{"", []any{
					"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/", map[string]any{"Fn::GetAtt": []string{"Function", "Arn"}}, "/invocations",
				}}},
			},
		},
		"Function": map[string]any{
			"Type": "AWS::Lambda::Function",
			"Properties": map[string]any{
				"Code":        map[string]any{"S3Bucket": "assets", "S3Key": "1.zip"},
				"Environment": map[string]any{"Variables": map[string]any{"SCOPEWAY_IDENTITIES": map[string]any{"Fn::Join": []any{"", parts}}}},
			},
		},
	}}
	for name, content := range map[string]any{
		"cdk.out/manifest.json": map[string]any{"artifacts": map[string]any{
			"Shop":        map[string]any{"type": "aws:cloudformation:stack", "properties": map[string]any{"templateFile": "Shop.template.json"}},
			"Shop.assets": map[string]any{"type": "cdk:asset-manifest", "properties": map[string]any{"file": "Shop.assets.json"}},
		}},
		"cdk.out/Shop.template.json": template,
		"cdk.out/Shop.assets.json": map[string]any{"files": map[string]any{"1": map[string]any{
			"source":       map[string]any{"path": "asset.1", "packaging": "zip"},
			"destinations": map[string]any{"here": map[string]any{"bucketName": "assets", "objectKey": "1.zip"}},
		}}},
	} {
		if err := write(env, name, []byte(text(content))); err != nil {
			return err
		}
	}
	return write(env, "cdk.out/asset.1/table.json", table.JSON())
}
