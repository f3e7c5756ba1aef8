import java.io.IOException;

/** One way of measuring; does nothing when none of its rows is asked for. */
interface Measurement {
  void run(Lab lab, Results results) throws IOException, InterruptedException;
}
