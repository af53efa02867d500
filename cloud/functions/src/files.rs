//! The bucket behind the files' port.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use wicket_pipeline::Fault;
use wicket_pipeline::world::{Asked, File, Files};

use crate::fault::{cloud, unbuilt};

pub(crate) struct Bucket {
    client: Client,
    name: Option<String>,
}

impl Bucket {
    /// An emulator on loopback has no host names for buckets, so their names go into the path there.
    pub(crate) fn new(sdk: &SdkConfig, name: Option<String>) -> Self {
        let emulated = sdk.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(emulated).build();
        Self { client: Client::from_conf(config), name }
    }

    fn name(&self) -> Result<&str, Fault> {
        self.name.as_deref().ok_or_else(|| Fault::Broken("the bucket was not asked for".to_owned()))
    }
}

impl Files for Bucket {
    fn put(&self, file: File) -> Asked<'_, ()> {
        Box::pin(async move {
            self.client
                .put_object()
                .bucket(self.name()?)
                .key(file.key)
                .content_type(file.media_type)
                .content_disposition(format!("inline; filename=\"{}\"", file.name))
                .body(ByteStream::from(file.bytes))
                .send()
                .await
                .map(|_| ())
                .map_err(|error| cloud("PutObject", &error))
        })
    }

    fn get(&self, key: String) -> Asked<'_, Option<Vec<u8>>> {
        Box::pin(async move {
            let request = self.client.get_object().bucket(self.name()?).key(key);
            let object = match request.send().await {
                Ok(object) => object,
                // Who may read but not list is told "forbidden" of what is not there.
                Err(error) => {
                    return match error.raw_response().map(|response| response.status().as_u16()) {
                        Some(403 | 404) => Ok(None),
                        _ => Err(cloud("GetObject", &error)),
                    };
                }
            };
            let bytes = object.body.collect().await;
            let code = "an answer that broke off".to_owned();
            let bytes = bytes.map_err(|_| Fault::Cloud { operation: "GetObject", code })?;
            Ok(Some(bytes.to_vec()))
        })
    }

    fn has(&self, key: String) -> Asked<'_, bool> {
        Box::pin(async move {
            let request = self.client.head_object().bucket(self.name()?).key(key);
            match request.send().await {
                Ok(_) => Ok(true),
                // Who may read but not list is told "forbidden" of what is not there.
                Err(error) => match error.raw_response().map(|response| response.status().as_u16()) {
                    Some(403 | 404) => Ok(false),
                    _ => Err(cloud("HeadObject", &error)),
                },
            }
        })
    }

    fn link(&self, key: String, good_for: Duration) -> Asked<'_, String> {
        Box::pin(async move {
            let signing = PresigningConfig::expires_in(good_for).map_err(|error| unbuilt(&error))?;
            let request = self.client.get_object().bucket(self.name()?).key(key);
            let request = request.presigned(signing).await.map_err(|error| cloud("GetObject", &error))?;
            Ok(request.uri().to_owned())
        })
    }
}
