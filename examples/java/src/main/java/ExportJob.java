import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.forecast.ForecastClient;

/**
 * Exports the backtests of the predictor `bike` through the AWS SDK for Java, and reads what was written. Before:
 *
 * <pre>
 * npx backtest-export generate exports/bike
 * npx backtest-export serve --predictor bike=exports/bike
 * </pre>
 */
public class ExportJob {
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String endpoint = arguments.length > 0 ? arguments[0] : "http://127.0.0.1:8787";
    Path data = Path.of(arguments.length > 1 ? arguments[1] : "forecast-data");
    try (ForecastClient client = ForecastClient.builder()
        .endpointOverride(URI.create(endpoint))
        .region(Region.US_WEST_2)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
        .build()) {
      String job = client.createPredictorBacktestExportJob(request -> request
          .predictorBacktestExportJobName("from_java")
          .predictorArn("arn:aws:forecast:us-west-2:123456789012:predictor/bike")
          .destination(destination -> destination.s3Config(s3 -> s3
              .path("s3://bucket/from-java")
              .roleArn("arn:aws:iam::123456789012:role/forecast"))))
          .predictorBacktestExportJobArn();
      System.out.println(waitFor(client, job));
    }
    // where serve writes s3://bucket/from-java
    Path folder = data.resolve("bucket/from-java/forecasted-values");
    long rows = 0;
    try (var parts = Files.newDirectoryStream(folder, "*.csv")) {
      for (Path part : parts) {
        try (var lines = Files.lines(part)) {
          rows += lines.skip(1).count();
        }
      }
    }
    System.out.println(rows);
  }

  /** Asks until the job has ended; its status. */
  static String waitFor(ForecastClient client, String job) throws InterruptedException {
    for (;;) {
      String status = client.describePredictorBacktestExportJob(request -> request.predictorBacktestExportJobArn(job))
          .status();
      if (!status.equals("CREATE_PENDING") && !status.equals("CREATE_IN_PROGRESS")) {
        return status;
      }
      Thread.sleep(200);
    }
  }
}
