package io.classbell.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A throw-away certificate authority, made by the JDK's keytool, with PEM files as operators have.
 */
public final class TestCa {
  private static final String PASSWORD = "throw-away";

  private final Path directory;
  private final Path store;

  /** Files of a certificate that the authority signed; the chain begins with its own. */
  public record Identity(Path chain, Path key) {}

  /** Makes an authority of this name, in files under {@code directory}. */
  public TestCa(Path directory, String name) {
    this.directory = directory;
    this.store = directory.resolve(name + ".p12");
    keytool("-alias", "ca", "-dname", "CN=" + name, "-ext", "bc:critical=ca:true");
    write(authority(), "CERTIFICATE", List.of(encoded("ca")));
  }

  /** The authority's own certificate. */
  public Path authority() {
    return store.resolveSibling(store.getFileName() + ".ca.pem");
  }

  /** {@code hosts} as keytool names them: {@code dns:localhost}, {@code ip:127.0.0.1}. */
  public Identity identity(String name, String... hosts) {
    keytool(
        "-alias",
        name,
        "-dname",
        "CN=" + name,
        "-signer",
        "ca",
        "-ext",
        "san=" + String.join(",", hosts));
    Identity files =
        new Identity(directory.resolve(name + ".crt.pem"), directory.resolve(name + ".key.pem"));
    try {
      KeyStore keys = open();
      write(files.chain(), "CERTIFICATE", List.of(encoded(name), encoded("ca")));
      write(
          files.key(),
          "PRIVATE KEY",
          List.of(keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
    return files;
  }

  /** What a server that shows this identity makes its sockets of. */
  public SSLContext context(String name) {
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      KeyStore all = open();
      char[] password = PASSWORD.toCharArray();
      own.setKeyEntry(name, all.getKey(name, password), password, all.getCertificateChain(name));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] encoded(String alias) {
    try {
      Certificate certificate = open().getCertificate(alias);
      return certificate.getEncoded();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyStore open() throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static void write(Path file, String kind, List<byte[]> parts) {
    StringBuilder pem = new StringBuilder();
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    for (byte[] part : parts) {
      pem.append("-----BEGIN ").append(kind).append("-----\n");
      pem.append(lines.encodeToString(part)).append("\n-----END ").append(kind).append("-----\n");
    }
    try {
      Files.writeString(file, pem, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void keytool(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
    command.addAll(List.of(arguments));
    Path said = directory.resolve("keytool.log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(Files.readString(said));
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
