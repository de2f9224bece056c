package rotator_test

import (
	"fmt"

	"github.com/scopeway/scopeway/rotator"
)

func ExampleParseConfig() {
	config, err := rotator.ParseConfig([]byte(`{
		"version": 1,
		"provider": "cognito",
		"tokenUrl": "https://acme.auth.eu-central-1.amazoncognito.com/oauth2/token",
		"everyDays": 90,
		"overlapHours": 24,
		"userPool": "eu-central-1_AbCdEfGhI",
		"clients": {"arn:aws:secretsmanager:eu-central-1:111122223333:secret:Billing-AbCdEf": "1h57kf5cpq17m0eml12EXAMPLE"}
	}`))
	fmt.Println(config.EveryDays, config.Overlap, err)

	_, err = rotator.ParseConfig([]byte(`{"version":1,"provider":"cognito","clients":{"arn:aws:secretsmanager:eu-central-1:111122223333:secret:Billing-AbCdEf":"billing"},"tokenUrl":"http://acme.example.com/token"}`))
	fmt.Println(err)
	// Output:
	// 90 24h0m0s <nil>
	// tokenUrl, is not https, got "http://acme.example.com/token", write it as https://host/path (http only for a literal loopback address)
}
