internal import Foundation

/// Which certificate authorities are trusted: those of the system, or the file the environment names.
///
/// The `curl` command reads these variables, its library does not.
enum CertificateAuthorities {
    /// The file that `CURL_CA_BUNDLE` or `SSL_CERT_FILE` names; nil takes libcurl's default.
    static var path: String? {
        let environment = ProcessInfo.processInfo.environment
        return [environment["CURL_CA_BUNDLE"], environment["SSL_CERT_FILE"]].compactMap { $0 }.first { !$0.isEmpty }
    }
}
