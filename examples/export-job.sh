#!/bin/sh
# Exports the backtests of the predictor `bike` through the AWS CLI, and shows what was written. Before:
#     npx backtest-export generate exports/bike
#     npx backtest-export serve --predictor bike=exports/bike
set -eu
export AWS_ENDPOINT_URL_FORECAST="${1:-http://127.0.0.1:8787}" AWS_DEFAULT_REGION=us-west-2
export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any

job=$(aws forecast create-predictor-backtest-export-job \
  --predictor-backtest-export-job-name from_cli \
  --predictor-arn arn:aws:forecast:us-west-2:123456789012:predictor/bike \
  --destination 'S3Config={Path=s3://bucket/from-cli,RoleArn=arn:aws:iam::123456789012:role/forecast}' \
  --query PredictorBacktestExportJobArn --output text)

status=CREATE_PENDING
while [ "$status" = CREATE_PENDING ] || [ "$status" = CREATE_IN_PROGRESS ]; do
  sleep 1
  status=$(aws forecast describe-predictor-backtest-export-job \
    --predictor-backtest-export-job-arn "$job" --query Status --output text)
done
echo "$status"
head -n 1 forecast-data/bucket/from-cli/accuracy-metrics-values/*_part0.csv # where serve writes s3://bucket/from-cli
