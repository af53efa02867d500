//! SNS behind the topics' port.

use std::collections::BTreeMap;

use aws_sdk_sns::Client;
use aws_sdk_sns::types::MessageAttributeValue;
use wicket_pipeline::Fault;
use wicket_pipeline::world::{Asked, Notice, Topic, Topics};

use crate::fault::{cloud, unbuilt};

pub(crate) struct Sns {
    client: Client,
    topics: BTreeMap<Topic, String>,
}

impl Sns {
    pub(crate) const fn new(client: Client, topics: BTreeMap<Topic, String>) -> Self {
        Self { client, topics }
    }
}

fn attribute(value: &str) -> Result<MessageAttributeValue, Fault> {
    let built = MessageAttributeValue::builder().data_type("String").string_value(value).build();
    built.map_err(|error| unbuilt(&error))
}

impl Topics for Sns {
    fn publish(&self, notice: Notice) -> Asked<'_, ()> {
        Box::pin(async move {
            let topic = self.topics.get(&notice.topic);
            let topic =
                topic.ok_or_else(|| Fault::Broken(format!("{:?} was not asked for", notice.topic)))?;
            let mut request = self
                .client
                .publish()
                .topic_arn(topic)
                .set_subject(notice.subject)
                .set_message_structure(notice.by_subscriber.then(|| "json".to_owned()))
                .message(notice.text);
            for (name, value) in notice.attributes {
                request = request.message_attributes(name, attribute(&value)?);
            }
            request.send().await.map(|_| ()).map_err(|error| cloud("Publish", &error))
        })
    }

    fn send_text(&self, phone: String, words: String) -> Asked<'_, ()> {
        Box::pin(async move {
            self.client
                .publish()
                .phone_number(phone)
                .message(words)
                .message_attributes("AWS.SNS.SMS.SMSType", attribute("Transactional")?)
                .send()
                .await
                .map(|_| ())
                .map_err(|error| cloud("Publish", &error))
        })
    }
}
