package io.classbell.platform.tls;

import io.classbell.platform.config.SettingsErrors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks the PEM files that settings name, so that mistakes in them are reported with all
 * other mistakes of the settings.
 */
public final class Pem {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:RSA |EC )?)PRIVATE KEY-----([^-]+)-----END");

  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  private Pem() {}

  /** Returns the certificates of a file that was checked before. */
  static List<X509Certificate> certificates(Path file) throws IOException, CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  /** Reports {@code setting} if its file holds no valid certificate. */
  public static void checkCertificates(
      SettingsErrors mistakes, String setting, @Nullable String file) {
    if (file != null) {
      readCertificates(mistakes, setting, file);
    }
  }

  private static List<X509Certificate> readCertificates(
      SettingsErrors mistakes, String setting, String file) {
    try {
      List<X509Certificate> certificates = certificates(Path.of(file));
      if (certificates.isEmpty()) {
        mistakes.add(setting, file + " holds no certificate");
      }
      for (X509Certificate certificate : certificates) {
        certificate.checkValidity();
      }
      return certificates;
    } catch (IOException | InvalidPathException e) {
      mistakes.add(setting, file + " can't be read");
    } catch (CertificateException e) {
      mistakes.add(setting, file + " holds no valid certificate: " + e.getMessage());
    }
    return List.of();
  }

  /**
   * Reports a setting if only one of certificate chain and key is set, a file cannot be read, or
   * they do not belong together.
   */
  public static void checkIdentity(
      SettingsErrors mistakes,
      String certificateSetting,
      @Nullable String certificateFile,
      String keySetting,
      @Nullable String keyFile) {
    if (certificateFile == null || keyFile == null) {
      if (certificateFile != keyFile) {
        mistakes.add(keySetting, "must be set together with " + certificateSetting);
      }
      return;
    }
    List<X509Certificate> chain = readCertificates(mistakes, certificateSetting, certificateFile);
    try {
      Matcher key = KEY.matcher(Files.readString(Path.of(keyFile), StandardCharsets.US_ASCII));
      if (!key.find()) {
        mistakes.add(keySetting, keyFile + " holds no private key without a password");
      } else if (!chain.isEmpty() && key.group(1).isEmpty()) {
        if (!belong(chain.getFirst().getPublicKey(), key.group(2))) {
          mistakes.add(keySetting, keyFile + " is not the key of " + certificateFile);
        }
      }
    } catch (IOException | InvalidPathException e) {
      mistakes.add(keySetting, keyFile + " can't be read");
    }
  }

  /** Whether the certificate's public key verifies a signature of the private key. */
  private static boolean belong(PublicKey publicKey, String base64) {
    String algorithm = SIGNATURES.get(publicKey.getAlgorithm());
    if (algorithm == null) {
      return true;
    }
    try {
      PrivateKey privateKey =
          KeyFactory.getInstance(publicKey.getAlgorithm())
              .generatePrivate(
                  new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64.strip())));
      byte[] said = algorithm.getBytes(StandardCharsets.US_ASCII);
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(said);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(said);
      return signature.verify(signed);
    } catch (GeneralSecurityException | IllegalArgumentException otherKey) {
      return false;
    }
  }
}
